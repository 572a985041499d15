import base from "./playwright.config.mjs";
export default { ...base, timeout: 40000, use: {...base.use, baseURL: "http://127.0.0.1:8123/", trace: "off"} };
