import { openSteps } from "../entry/steps.js";
import { h } from "../ui/dom.js";
import { field, form, link } from "../ui/forms.js";
import { inWords } from "../ui/words.js";

const REFUSED = {
  version_conflict: "Another contact has just these numbers and addresses.",
  rate_limited: "These are too many new numbers for today. Try again tomorrow.",
};

/**
 * A contact's name, numbers and addresses, to be put right by hand.
 *
 * @param {import("../../client/confab.js").Confab} confab
 * @param {import("../../client/contacts.js").Contacts} contacts
 * @param {import("../../client/types.js").Contact} contact
 * @param {string} name what they are called
 */
export function openEditing(confab, contacts, contact, name) {
  const { show, close } = openSteps(confab, `Edit ${name}`);
  const phones = contact.phones.map(({ value }) => value);
  const { emails } = contact;
  show(
    form({
      title: "Edit the contact",
      fields: [
        field("name", "Name", { value: contact.name, required: false, maxlength: 500 }),
        ...several("phone", "Phone number", phones, { type: "tel", maxlength: 254 }),
        ...several("email", "E-mail address", emails, { type: "email", maxlength: 254 }),
        h("p", { class: "hint" }, "It stays so until the entry itself changes on your device."),
      ],
      action: "Save",
      submit: async (values) => {
        const given = { phones: listed("phone", values), emails: listed("email", values) };
        const changes = {
          name: values.name,
          ...(differ(given.phones, phones) && { phones: given.phones }),
          ...(differ(given.emails, emails) && { emails: given.emails }),
        };
        await contacts.change(contact.id, changes).catch(inWords(REFUSED));
        close();
      },
      below: [link("Cancel", close)],
    }),
  );
}

/**
 * A field for each of these and one for another; what is left empty is taken out.
 *
 * @param {string} name
 * @param {string} label
 * @param {string[]} values
 * @param {Record<string, any>} props
 */
function several(name, label, values, props) {
  return [...values, ""].map((value, index) =>
    field(`${name}${index}`, value ? label : `Another: ${label.toLocaleLowerCase()}`, {
      ...props,
      value,
      required: false,
    }),
  );
}

/** @param {string} name @param {Record<string, string>} values */
function listed(name, values) {
  return Object.entries(values)
    .filter(([key, value]) => key.startsWith(name) && value.trim())
    .map(([, value]) => value.trim());
}

/** @param {string[]} one @param {string[]} other */
function differ(one, other) {
  return JSON.stringify(one) !== JSON.stringify(other);
}
