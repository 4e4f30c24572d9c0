// Where the journal lies: IndexedDB; where a browser keeps nothing, memory, which says so.
const DB = "lede-journal", ENTRIES = "entries", DAYS = 30;

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const finished = (tx) => new Promise((resolve, reject) => {
  tx.oncomplete = () => resolve();
  tx.onerror = tx.onabort = () => reject(tx.error);
});

function openDB() {
  const request = indexedDB.open(DB, 1);
  request.onupgradeneeded = () => {
    const s = request.result.createObjectStore(ENTRIES, { keyPath: "key", autoIncrement: true });
    s.createIndex("article", "article");
    s.createIndex("at", "at");
  };
  return done(request);
}

class Kept {
  constructor(db) {
    this.db = db;
    this.keeps = true;
  }

  async write(work) {
    const tx = this.db.transaction(ENTRIES, "readwrite", { durability: "strict" });
    const result = work(tx.objectStore(ENTRIES));
    await finished(tx);
    return result?.result;
  }

  add(entry) {
    return this.write((s) => s.add(entry));
  }

  swap(keys, entry) {
    return this.write((s) => {
      keys.forEach((k) => s.delete(k));
      return s.add(entry);
    });
  }

  drop(keys) {
    return this.write((s) => keys.forEach((k) => s.delete(k)));
  }

  list(article) {
    return done(this.db.transaction(ENTRIES).objectStore(ENTRIES).index("article").getAll(article));
  }

  // forget takes away what is older than a month: the server had it, or nobody asked for it.
  forget(now) {
    const old = IDBKeyRange.upperBound(now - DAYS * 86_400_000);
    return this.write((s) => {
      s.index("at").openKeyCursor(old).onsuccess = (e) => {
        const c = e.target.result;
        if (!c) return;
        s.delete(c.primaryKey);
        c.continue();
      };
    });
  }
}

// Memory keeps entries as long as the window lives; tests use it too.
export class Memory {
  constructor() {
    Object.assign(this, { keeps: false, next: 1, entries: [] });
  }

  async add(entry) {
    this.entries.push(structuredClone({ ...entry, key: this.next }));
    return this.next++;
  }

  async swap(keys, entry) {
    await this.drop(keys);
    return this.add(entry);
  }

  async drop(keys) {
    this.entries = this.entries.filter((e) => !keys.includes(e.key));
  }

  async list(article) {
    return this.entries.filter((e) => e.article === article);
  }
}

// openStore opens the journal of this browser.
export async function openStore(now) {
  try {
    const kept = new Kept(await openDB());
    kept.forget(now).catch(() => {});
    return kept;
  } catch {
    return new Memory();
  }
}
