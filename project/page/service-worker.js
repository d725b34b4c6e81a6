/**
 * Shows what is pushed while no page is open. Served as it is, from the root, so that all pages are
 * its own; what a push holds is in docs/protocol.md.
 */

const ICON = "/app/icon.svg";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(pushed(event.data.json())));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.reference));
});

async function pushed({ title, body, tag, badge, reference, retract }) {
  if (typeof badge === "number") navigator.setAppBadge?.(badge).catch(() => {});
  if (retract) await takeBack(tag);
  else if (title) await show(title, { body, tag, data: { reference }, icon: ICON, renotify: true });
}

/** Browsers do not suffer a push that shows nothing: the last one stays up, without a sound. */
async function takeBack(tag) {
  const all = await self.registration.getNotifications();
  const done = all.filter((notification) => notification.tag === tag);
  for (const notification of done) notification.close();
  if (done.length === 0 || done.length < all.length) return;
  const [{ title, body, data }] = done;
  await show(title, { body, tag, data, icon: ICON, silent: true });
}

function show(title, options) {
  return self.registration.showNotification(title, options);
}

/** In a page that is there, or else in a new one. */
async function open(reference) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length === 0) {
    const chat = reference?.type === "chat" ? `#chat/${encodeURIComponent(reference.id)}` : "";
    await self.clients.openWindow(`/${chat}`);
    return;
  }
  const page = pages.find(({ visibilityState }) => visibilityState === "visible") ?? pages[0];
  page.postMessage({ open: reference });
  await page.focus();
}
