// The token of a one-time link stands behind '#' in the mail's address, where no server sees it. It is put aside in this tab and taken out of the address
// before anything else, so that neither the way over MitID nor the history of the browser has it.
const key = (number: string) => `fvm:link:${number}`;

export function putTokenAside(number: string) {
  if (location.hash.length < 2) return;
  sessionStorage.setItem(key(number), location.hash.slice(1));
  history.replaceState(null, "", location.pathname + location.search);
}
export const tokenOf = (number: string) => sessionStorage.getItem(key(number)) ?? "";
