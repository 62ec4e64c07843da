// Images. Only those this machine serves are loaded: the sandbox contacts nobody.

import { el } from "../dom.js";
import { link, safeUrl } from "../mrkdwn.js";
import { plainText } from "./text.js";

/** The address of a picture that may be loaded; null for one elsewhere. */
function localUrl(url) {
  if (!url) return null;
  if (/^data:image\/(png|jpeg|gif|webp);/.test(url)) return url;
  try {
    const absolute = new URL(url, location.href);
    return absolute.origin === location.origin ? absolute.href : null;
  } catch {
    return null;
  }
}

function addressOf(image, files) {
  if (!image.slack_file) return image.image_url;
  const { id, url } = image.slack_file;
  return url ?? files.find((file) => file.id === id)?.url ?? `/files/${encodeURIComponent(id)}/image`;
}

function instead(image, address) {
  const words = ["Image not loaded, as nothing leaves this machine: ", image.alt_text ?? ""];
  return el("span", { class: "image-instead" }, words,
    address && safeUrl(address) ? [" (", link(address, "address"), ")"] : null);
}

function picture(image, className, files) {
  const address = addressOf(image, files);
  const local = localUrl(address);
  if (!local) return null;
  const node = el("img", { class: className, src: local, alt: image.alt_text ?? "", loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(
    el("span", { class: "image-instead" }, "Image could not be loaded: ", image.alt_text ?? "")));
  return node;
}

/** The small picture of a context block or of a section's accessory. */
export function smallImage(image, className, { files = [] } = {}) {
  return picture(image, className, files)
    ?? el("span", {
      class: `${className} image-absent`, role: "img", "aria-label": image.alt_text, title: image.alt_text,
    });
}

export function renderImage(block, { files = [] } = {}) {
  const shown = picture(block, "image", files) ?? instead(block, addressOf(block, files));
  return el("figure", { class: "block image-block" },
    block.title ? el("figcaption", {}, plainText(block.title.text)) : null, shown);
}

/** A file that was shared with a message: a picture, or a link to it. */
export function renderFile(file) {
  if (file.mimetype?.startsWith("image/")) {
    return renderImage({
      image_url: file.url, alt_text: file.alt || file.title || "",
      title: file.title ? { text: file.title } : null,
    });
  }
  return el("p", { class: "file" }, el("a", { href: localUrl(file.url), download: true }, file.title || "file"));
}
