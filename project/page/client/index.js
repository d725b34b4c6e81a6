export { Confab } from "./confab.js";
export { isMuted, progressOf } from "./fold.js";
export { newClientId } from "./ids.js";
export { Problem, Unreachable } from "./problem.js";
