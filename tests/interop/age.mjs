// The age package of npm as a command: node age.mjs encrypt RECIPIENT | decrypt IDENTITY,
// from standard input to standard output.
import { buffer } from "node:stream/consumers";

import { Decrypter, Encrypter } from "age-encryption";

const [action, key] = process.argv.slice(2);
const input = new Uint8Array(await buffer(process.stdin));

async function encrypt() {
  const encrypter = new Encrypter();
  encrypter.addRecipient(key);
  return encrypter.encrypt(input);
}

async function decrypt() {
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  return decrypter.decrypt(input);
}

const output = action === "encrypt" ? await encrypt() : await decrypt();
process.stdout.write(output);
