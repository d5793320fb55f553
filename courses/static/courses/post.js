// One way of sending small things in the background, with the page's CSRF token.

export function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? document.body.dataset.csrf ?? "";
}

export async function post(url, fields, options = {}, renewed = false) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  const response = await fetch(url, {
    method: "POST",
    body,
    credentials: "same-origin",
    redirect: "manual",
    headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
    ...options,
  });
  if (response.status === 403 && !renewed) {
    await renew(body);
    return post(url, body, options, true);
  }
  // A redirect here is a login page: the session is over, and what was typed must stay on the page.
  if (response.type === "opaqueredirect" || response.status >= 400) {
    throw Object.assign(new Error(`refused ${response.status}`), { status: response.status });
  }
  return response;
}

// This page may be older than the last sign-in, or a copy kept for when there is no network: that of now has the right token.
async function renew(body) {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const fresh = page.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = fresh;
  if (body.has("csrfmiddlewaretoken")) body.set("csrfmiddlewaretoken", fresh);
}
