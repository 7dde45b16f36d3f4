// What the browser adds to a page that is whole without it.
