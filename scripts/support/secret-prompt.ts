import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Asks for a line on the terminal without showing what is typed. Ends the process on Ctrl-C. */
export const askSecret = (question: string): Promise<string> =>
  new Promise((resolve) => {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const prompt = createInterface({ input: process.stdin, output: nowhere, terminal: true });
    prompt.on("SIGINT", () => process.exit(130));
    process.stderr.write(question);
    prompt.question("", (answer) => {
      prompt.close();
      process.stderr.write("\n");
      resolve(answer);
    });
  });
