import { defineConfig } from "vite";
import { onlyUsed } from "./only_used";

// One script and one style sheet with fixed names: fvm-portal serves them and puts their hash in the address. A part that a page loads
// when it is needed carries its hash in its name.
//
// portal.js is asked for with its hash, so a part that imported it by its bare name would run it, and React, a second time: what the parts
// share with it lies in a part of its own.
const language = (id: string) => /\/(messages_\w+)\.generated\.ts$/.exec(id)?.[1];
const is_shared = (id: string) => /node_modules\/(react|react-dom|scheduler)\/|preload-helper|\/src\/(?!main\.tsx|pages\/)[\w.]+\.tsx?$/.test(id);

export default defineConfig({
  base: "/assets/",
  build: {
    outDir: "dist",
    target: "es2022",  // a module may wait for its texts
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      // desk.js is of fvm-desk's page alone: the portal never shows a screen.
      input: { portal: "src/main.tsx", desk: "src/pages/desk.tsx" },
      output: { manualChunks: (id) => language(id) ?? (is_shared(id) ? "shared" : undefined), entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js", assetFileNames: (info) => (info.names[0]?.endsWith(".css") ? "portal.css" : "[name][extname]") },
    },
  },
  css: { postcss: { plugins: [onlyUsed("dkfds")] } },
  esbuild: { jsx: "automatic" },
  logLevel: "warn",
});
