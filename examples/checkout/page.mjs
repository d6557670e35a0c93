// What the checkout shows, as a program that answers golden cases: page.py in JavaScript.
//
//     golden: {command: [node, page.mjs], cases: golden.yaml}

import { createInterface } from "node:readline";

function answer({ ask, price, products, parameters }) {
  if (ask === "price") {
    return Math.round(price * (1 - parameters.discount) * 100) / 100;
  }
  if (ask === "suggestions") {
    const ranked = [...products].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    let shown = ranked.slice(0, parameters.suggestions);
    if (parameters.layout === "grid") {
      shown = shown.slice(0, shown.length - (shown.length % 3)); // rows of three: an incomplete row is not shown
    }
    return shown.map((product) => product.id);
  }
  throw new Error(`no such question: ${ask}`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, input } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ id, answer: answer(input) }));
  } catch (error) {
    console.log(JSON.stringify({ id, error: error.message }));
  }
}
