// A page in the state in which it can be compared: everything that differs from run to run has a fixed text.

// Replaces ports, durations and the machine's date, and ends live updates.
export function still(page) {
  return page.evaluate(() => {
    const fixed = (text) => text
      .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'Sat, 28 Nov 2026 07:04:00 GMT')
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:7080')
      .replace(/\d+(\.\d+)?(?=\s?(ms|毫秒|µs|微秒))/g, '1.2');
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const text = fixed(node.data);
      if (text !== node.data) node.data = text;
    }
    for (const field of document.querySelectorAll('input, textarea')) field.value = fixed(field.value);
    // The lengths of stages.
    for (const bar of document.querySelectorAll('svg.stages')) bar.style.visibility = 'hidden';
    window.dispatchEvent(new Event('pagehide'));
    document.activeElement?.blur();
  });
}
