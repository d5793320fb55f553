// One way of sending small things in the background, with the page's CSRF token.

export function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? document.body.dataset.csrf ?? "";
}

export async function post(url, fields, options = {}) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  const response = await fetch(url, {
    method: "POST",
    body,
    credentials: "same-origin",
    redirect: "manual",
    headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
    ...options,
  });
  // A redirect here is a login page: the session is over, and what was typed must stay on the page.
  if (response.type === "opaqueredirect" || response.status >= 400) throw new Error(`refused ${response.status}`);
  return response;
}
