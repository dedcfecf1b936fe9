import { defineConfig } from "vite";

// One script and one style sheet with fixed names: fvm-portal serves them and puts their hash in the address. A part that a page loads
// when it is needed carries its hash in its name.
export default defineConfig({
  base: "/assets/",
  build: {
    outDir: "dist",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      input: "src/main.tsx",
      output: { entryFileNames: "portal.js", chunkFileNames: "[name]-[hash].js", assetFileNames: (info) => (info.names[0]?.endsWith(".css") ? "portal.css" : "[name][extname]") },
    },
  },
  esbuild: { jsx: "automatic" },
  logLevel: "warn",
});
