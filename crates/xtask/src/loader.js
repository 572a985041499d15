// Starts the application. A file of its own, so that a page may forbid inline scripts.
import init from "./{name}.js";

init({ module_or_path: {wasm} }).catch((error) => {
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.textContent = `Epochscope could not start: ${error}`;
  document.body.append(message);
  throw error;
});
