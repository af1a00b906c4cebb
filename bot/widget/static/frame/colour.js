// Owns contrast: text on the site's colour, and the site's colour as text. Refuses less than 4.5 to 1.
const ENOUGH = 4.6;

export const isColour = (text) => /^#[0-9a-f]{6}$/i.test(text || "");

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const hexOf = (rgb) => "#" + rgb.map((c) => Math.round(c).toString(16).padStart(2, "0")).join("");

function luminance(hex) {
  const [r, g, b] = channels(hex).map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const mix = (from, to, share) => hexOf(channels(from).map((c, i) => c + (channels(to)[i] - c) * share));

/** The same hue with another lightness, so that a dark brand becomes light green and not grey. */
function lit(hex, lightness) {
  const [r, g, b] = channels(hex).map((c) => c / 255);
  const max = Math.max(r, g, b);
  const spread = max - Math.min(r, g, b);
  const middle = (max + Math.min(r, g, b)) / 2;
  const full = spread ? spread / (1 - Math.abs(2 * middle - 1)) : 0;
  const sector = !spread ? 0 : max === r ? ((g - b) / spread + 6) % 6 : max === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
  const reach = full * Math.min(lightness, 1 - lightness);
  return hexOf([0, 8, 4].map((n) => {
    const k = (n + sector * 2) % 12;
    return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  }));
}

function until(brand, lighter, enough) {
  if (enough(brand)) return brand;
  for (let step = 1; step <= 50; step++) {
    const tried = lit(brand, lighter ? 0.3 + step * 0.014 : 0.6 - step * 0.012);
    if (enough(tried)) return tried;
  }
  return lighter ? "#ffffff" : "#000000";
}

/** The colours to set for a brand colour: as background with its ink, and as text that is readable on `surfaces`. */
export function palette(brand, dark) {
  const soft = mix(brand, dark ? "#16191c" : "#ffffff", dark ? 0.72 : 0.9);
  const surfaces = dark ? ["#16191c", "#2a3035", soft] : ["#ffffff", "#eef1ef", soft];
  const fill = until(brand, false, (c) => Math.max(contrast(c, "#ffffff"), contrast(c, "#111111")) >= ENOUGH);
  const ink = contrast(fill, "#ffffff") >= ENOUGH ? "#ffffff" : "#111111";
  const text = until(brand, dark, (c) => surfaces.every((s) => contrast(c, s) >= ENOUGH));
  return { "--brand": fill, "--on-brand": ink, "--brand-text": text, "--brand-soft": soft };
}

export function paint(brand) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    for (const [name, value] of Object.entries(palette(brand, dark.matches))) {
      document.documentElement.style.setProperty(name, value);
    }
  };
  dark.addEventListener("change", apply);
  apply();
}
