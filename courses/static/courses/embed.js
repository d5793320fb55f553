// A hosted video is loaded only when asked for; without JavaScript the link opens the video's own page.

document.querySelectorAll("a[data-player]").forEach((link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.src = link.dataset.player;
    frame.title = link.dataset.title;
    frame.allow = "fullscreen; picture-in-picture";
    frame.allowFullscreen = true;
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    link.closest(".embed").replaceChildren(frame);
    frame.focus();
  });
});
