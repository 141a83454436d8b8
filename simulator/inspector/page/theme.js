// The theme that somebody chose, before anything is drawn: a module would come after the first picture.

document.documentElement.dataset.theme = localStorage.getItem("iterable-simulator-theme") ?? "auto";
