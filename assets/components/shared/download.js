/** Hands the reader a file that the browser made. */

/**
 * @param {Blob | string} content
 * @param {string} filename
 * @param {string} type MIME type when the content is text
 */
export function download(content, filename, type = "text/plain") {
  const blob = content instanceof Blob ? content : new Blob([content], { type: `${type};charset=utf-8` });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = filename;
  link.click();
  // The download has its own hold on the data by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
