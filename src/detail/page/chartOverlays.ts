import type uPlot from 'uplot';
import type { PageChart } from '../protocol.ts';
import type { ChartColors } from './chartColors.ts';

type Span = PageChart['spans'][number];

/** Draws the spans behind the lines. Each kind has its own texture, so that the kinds differ even without color. */
export function drawSpans(plot: uPlot, spans: readonly Span[], colors: ChartColors): void {
  const { ctx, bbox } = plot;
  for (const { kind, from, to } of spans) {
    const left = Math.max(bbox.left, plot.valToPos(from, 'x', true));
    const right = Math.min(bbox.left + bbox.width, to === null ? Infinity : plot.valToPos(to, 'x', true));
    const area = { left, top: bbox.top, width: Math.max(1, right - left), height: bbox.height };
    ctx.save();
    ctx.beginPath();
    ctx.rect(area.left, area.top, area.width, area.height);
    ctx.clip();
    ctx.fillStyle = ctx.strokeStyle = colors[kind];
    if (kind !== 'unobserved') {
      ctx.globalAlpha = kind === 'stalled' ? 0.35 : 1;
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    if (kind !== 'paused') {
      drawHatching(ctx, area, kind === 'unobserved' ? 1 : -1);
    }
    ctx.restore();
  }
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Fills an area with diagonal lines. They rise from left to right if `slope` is 1, and fall if it is -1. The canvas
 * must be clipped to the area.
 */
function drawHatching(
  ctx: CanvasRenderingContext2D,
  { left, top, width, height }: Area,
  slope: 1 | -1,
): void {
  const ratio = devicePixelRatio;
  const gap = 7 * ratio;
  // Aligned to the canvas instead of the area, so that the lines stay in place while the area grows.
  const firstX = Math.floor((left - height) / gap) * gap;
  ctx.lineWidth = ratio;
  ctx.beginPath();
  for (let x = firstX; x < left + width; x += gap) {
    ctx.moveTo(x, slope > 0 ? top + height : top);
    ctx.lineTo(x + height, slope > 0 ? top : top + height);
  }
  ctx.stroke();
}

/** Draws a labeled line at the total number of rows, and a line with a triangle at the time of each mark. */
export function drawReferenceLines(plot: uPlot, chart: PageChart, colors: ChartColors): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.lineWidth = ratio;
  if (chart.rowsInitial !== null) {
    const y = Math.round(plot.valToPos(chart.rowsInitial, 'rows', true)) + (ratio % 2) / 2;
    ctx.strokeStyle = colors.total;
    strokeLine(ctx, bbox.left, y, bbox.left + bbox.width, y);
    ctx.fillStyle = colors.text;
    ctx.font = `${11 * ratio}px ${getComputedStyle(plot.root).fontFamily}`;
    ctx.textBaseline = 'top';
    ctx.textAlign = 'left';
    ctx.fillText(chart.labels.total, bbox.left + 6 * ratio, y + 4 * ratio);
  }
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.strokeStyle = ctx.fillStyle = colors.mark;
  for (const { time } of chart.marks) {
    const x = Math.round(plot.valToPos(time, 'x', true)) + (ratio % 2) / 2;
    strokeLine(ctx, x, bbox.top, x, bbox.top + bbox.height);
    ctx.beginPath();
    ctx.moveTo(x - 4 * ratio, bbox.top);
    ctx.lineTo(x + 4 * ratio, bbox.top);
    ctx.lineTo(x, bbox.top + 6 * ratio);
    ctx.fill();
  }
  ctx.restore();
}

function strokeLine(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
