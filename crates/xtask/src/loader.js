// Starts the application. A file of its own, so that a page may forbid inline scripts.
import init from "./{name}.js";

// Who opens a story by its address does not wait for its text after the program, but beside it.
const story = /^#@([\w-]+)$/.exec(location.hash);
if (story) {
  const link = document.createElement("link");
  link.rel = "preload";
  link.as = "fetch";
  link.crossOrigin = "anonymous";
  link.href = `./scenarios/${story[1]}.scenario`;
  document.head.append(link);
}

init({ module_or_path: {wasm} }).catch((error) => {
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.textContent = `Epochscope could not start: ${error}`;
  document.body.append(message);
  throw error;
});
