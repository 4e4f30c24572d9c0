// A small tree of a well-formed XML document with namespaces resolved.
import { SaxesParser } from "saxes";

export const ns = {
  atom: "http://www.w3.org/2005/Atom",
  content: "http://purl.org/rss/1.0/modules/content/",
  dc: "http://purl.org/dc/elements/1.1/",
  media: "http://search.yahoo.com/mrss/",
  sitemap: "http://www.sitemaps.org/schemas/sitemap/0.9",
  news: "http://www.google.com/schemas/sitemap-news/0.9",
  image: "http://www.google.com/schemas/sitemap-image/1.1",
  xhtml: "http://www.w3.org/1999/xhtml",
};

class Element {
  constructor(uri, name, attributes) {
    Object.assign(this, { uri, name, attributes, children: [], own: "" });
  }
  all(name, uri = this.uri) {
    return this.children.filter((c) => c.name === name && c.uri === uri);
  }
  one(name, uri = this.uri) {
    return this.all(name, uri)[0];
  }
  get text() {
    return this.own.trim();
  }
}

// parse returns the root element; it throws at what is not well-formed.
export function parse(text) {
  const parser = new SaxesParser({ xmlns: true });
  const open = [new Element("", "#document", {})];
  parser.on("error", (err) => {
    throw err;
  });
  parser.on("opentag", (tag) => {
    const attributes = Object.fromEntries(Object.values(tag.attributes).map((a) => [a.prefix === "xml" ? "xml:" + a.local : a.local, a.value]));
    const element = new Element(tag.uri, tag.local, attributes);
    open.at(-1).children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => open.pop());
  const add = (piece) => (open.at(-1).own += piece);
  parser.on("text", add);
  parser.on("cdata", add);
  parser.write(text).close();
  return open[0].children[0];
}
