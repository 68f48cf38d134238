/* global document, window */
import { useData, useRoute, withBase } from 'vitepress';
import theme from 'vitepress/theme-without-fonts';
import { nextTick, onMounted, watch } from 'vue';

export default {
  extends: theme,
  setup() {
    const route = useRoute();
    const { isDark } = useData();
    const draw = () => void nextTick(() => drawDiagrams(isDark.value));
    onMounted(draw);
    watch(() => route.path, draw);
  },
};

let mermaid;

/** Draws the diagrams of the page. The library is part of the site and is loaded with the first of them. */
async function drawDiagrams(isDark) {
  const diagrams = document.querySelectorAll('pre.mermaid:not([data-processed])');
  if (diagrams.length === 0) return;
  mermaid ??= loadScript(withBase('/assets/mermaid.min.js')).then(() => window.mermaid);
  const library = await mermaid;
  library.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark ? 'dark' : 'default' });
  await library.run({ nodes: diagrams });
}

function loadScript(address) {
  return new Promise((loaded, failed) => {
    const script = Object.assign(document.createElement('script'), { src: address, onload: loaded, onerror: failed });
    document.head.append(script);
  });
}
