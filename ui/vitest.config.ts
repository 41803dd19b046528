import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  // The mark is beside the packages, in icons/.
  server: { fs: { allow: [".."] } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    css: false,
    // One less than there are would leave half of a small computer idle.
    maxWorkers: "100%",
    // Two shared cores: a screen with antd takes its time.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
