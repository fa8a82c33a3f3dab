// Drives the generated TypeScript client: `node drive.js URL KEY` prints what it found as JSON.
import { createArticle, type Factuality, getClaim, listClaims, listSourceClaims } from "./typescript";
import { createClient } from "./typescript/client";

declare const process: { argv: string[] };

const [baseUrl, key] = process.argv.slice(2);
const client = createClient({ baseUrl, auth: key });

// The ids of all claims of a source, page by page.
async function claims(): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await listSourceClaims({
      client,
      path: { id: "associated-press" },
      query: { limit: 2, cursor },
      throwOnError: true,
    });
    found.push(...data.items.map((claim) => claim.id));
    cursor = data.next;
  } while (cursor !== undefined);
  return found;
}

// How far the first links of the claims that are certain, or certainly not, commit.
async function certain(): Promise<(Factuality | undefined)[]> {
  const query = { factuality: ["CT+" as const, "CT-" as const], publisher: ["reuters"] };
  const { data } = await listClaims({ client, query, throwOnError: true });
  return data.items.map((claim) => claim.attributions[0]?.chain[0]?.factuality);
}

// What storing the article did.
async function store(): Promise<string> {
  const body = { text: "A TypeScript client was built in May, the engineers said.", publisher: "Reuters" };
  const { data } = await createArticle({ client, body, throwOnError: true });
  return data.outcome;
}

// The type of the problem that a mistyped key is.
async function mistyped(): Promise<string | undefined> {
  const { error } = await createArticle({ client, body: { text: "Nobody spoke." }, auth: `${key}x` });
  return error?.type;
}

// The type of the problem that an unknown id is.
async function missing(): Promise<string | undefined> {
  const { error } = await getClaim({ client, path: { id: "clm_nowhere" } });
  return error?.type;
}

// The type of the problem that a bad cursor is, and the parameter that it names.
async function refused(): Promise<(string | undefined)[]> {
  const { error } = await listClaims({ client, query: { cursor: "nonsense" } });
  return [error?.type, error?.errors?.[0]?.parameter];
}

async function drive(): Promise<void> {
  const found = {
    claims: await claims(),
    certain: await certain(),
    outcomes: [await store(), await store()],
    mistyped: await mistyped(),
    missing: await missing(),
    refused: await refused(),
  };
  console.log(JSON.stringify(found));
}

void drive();
