/* The texts of the page whose colour does not differ enough from what is behind them (WCAG AA: 4.5 to 1). */
const rgba = (text) => {
	const found = text.match(/[\d.]+/g).map(Number);
	return found.length < 4 ? [...found, 1] : found;
};
const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
	.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (element) => {
	for (let e = element; e; e = e.parentElement) {
		const colour = rgba(getComputedStyle(e).backgroundColor);
		if (colour[3] === 1) {
			return colour;
		}
	}
	return [255, 255, 255, 1];
};
const bad = [];
for (const element of document.querySelectorAll('body *')) {
	const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
	if (!hasText || element.closest('svg, script, style, option') || element.getClientRects().length === 0) {
		continue;
	}
	const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
	const contrast = (a + 0.05) / (b + 0.05);
	if (contrast < 4.5) {
		bad.push(`${contrast.toFixed(2)}: ${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`);
	}
}
return bad;
