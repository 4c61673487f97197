/** Links to the documentation, for pages of the service itself. */
export const LINKS = `<nav aria-label="Documentation">
<ul class="links">
<li><a href="/docs/tutorial.html">Tutorial</a> From nothing to an image in fifteen minutes.</li>
<li><a href="/docs">Documentation</a> How-to guides, concepts, errors.</li>
<li><a href="/docs/reference/index.html">Reference</a> Every operation, with samples to copy and to try.</li>
<li><a href="/openapi.json">OpenAPI document</a> The contract, for generators of clients.</li>
</ul>
</nav>`;
