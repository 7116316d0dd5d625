// Reads an AsyncAPI document from the file named, and prints what the parser has to say of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The parser is looked for from here upwards, in node_modules of the project.
const { Parser } = createRequire(import.meta.url)("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const found = diagnostics.map((one) => ({ severity: one.severity, code: one.code, says: one.message, at: one.path.join(".") }));
const messages = document ? document.allMessages().all().length : 0;
process.stdout.write(JSON.stringify({ isValid: document !== undefined, messages, found }));
