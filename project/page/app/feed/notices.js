/**
 * @typedef {import("../shell.js").Desk} Desk
 * @typedef {import("../../client/confab.js").Confab} Confab
 */

const WORKER = "/service-worker.js";
const TAG = /^item-(.+)$/;
/** What changes which notifications may stay up. */
const TELLING = new Set([
  "snapshot",
  "notification.updated",
  "notification.removed",
  "counts.updated",
]);

/** Whether this browser can notify, and was not told never to. */
export function canNotify() {
  return (
    "serviceWorker" in navigator &&
    "PushManager" in window &&
    "Notification" in window &&
    Notification.permission !== "denied"
  );
}

/**
 * Ask the person, and have this browser pushed to. Only on a click: browsers ask on nothing else.
 *
 * @param {Confab} confab
 */
export async function notifyHere(confab) {
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error("This browser was told not to notify you here.");
  }
  const applicationServerKey = await confab.feed.vapidKey();
  await navigator.serviceWorker.register(WORKER);
  const { pushManager } = await navigator.serviceWorker.ready;
  // One made with another key of the server's is in the way, and useless.
  await (await pushManager.getSubscription())?.unsubscribe();
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  await confab.feed.addBrowser(subscription);
}

export async function stopHere() {
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

/**
 * While the page is open: close what was read here or elsewhere, and go where a notification leads.
 *
 * @param {Desk} desk
 * @param {AbortSignal} signal when the session has ended
 */
export function keepNotices(desk, signal) {
  if (!("serviceWorker" in navigator)) return;
  const { confab } = desk;
  const { store } = confab;
  const tidy = (/** @type {any} */ { detail }) =>
    TELLING.has(detail.kind) && closeRead(store).catch(() => {});
  confab.addEventListener("change", tidy, { signal });
  const opened = (/** @type {MessageEvent} */ { data }) => {
    if (data?.open?.type === "chat") desk.go(data.open.id);
  };
  navigator.serviceWorker.addEventListener("message", opened, { signal });
  signal.addEventListener("abort", () => closeWhere(() => true).catch(() => {}));
}

/** @param {import("../../client/store.js").Store} store */
async function closeRead({ items }) {
  const { unread } = items.counts.feed;
  navigator.setAppBadge?.(unread).catch(() => {});
  await closeWhere((tag) => {
    const item = items.get(TAG.exec(tag)?.[1] ?? "");
    return item ? item.read_at !== null : unread === 0;
  });
}

/** @param {(tag: string) => boolean} isDone */
async function closeWhere(isDone) {
  const registration = await navigator.serviceWorker.getRegistration();
  const shown = (await registration?.getNotifications()) ?? [];
  for (const notification of shown) if (isDone(notification.tag)) notification.close();
}
