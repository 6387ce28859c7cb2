/** What a person does with the charts, by pointer; places are shares of the plots' width, 0 to 1. */
export interface GestureListener {
  /** Above 1 to see less; the place stays where it is. False: nothing came of it. */
  zoom(factor: number, place: number): boolean;
  /** By shares of what is in sight, above 0 to later bars. */
  move(share: number): void;
  /** The pointer is over a place, or has left. */
  point(place: { readonly share: number; readonly clientY: number } | null): void;
  showAll(): void;
}

export interface PlotSpan {
  /** In client pixels. */
  readonly left: number;
  readonly width: number;
}

/** Pixels of a wheel's line, and a pinch's or a wheel's zoom by pixel. */
const lineHeight = 16;
const wheelZoom = 0.0016;
const pinchZoom = 0.01;

/** Reads wheel, drag, pinch and double click over `place`. */
export function listenToGestures(place: HTMLElement, span: () => PlotSpan, listener: GestureListener): void {
  const shareAt = (clientX: number): number => {
    const { left, width } = span();
    return Math.min(1, Math.max(0, (clientX - left) / Math.max(1, width)));
  };
  const isOverPlot = (clientX: number): boolean => {
    const { left, width } = span();
    return clientX >= left && clientX <= left + width;
  };

  place.addEventListener(
    'wheel',
    (event) => {
      if (!isOverPlot(event.clientX)) return;
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? lineHeight : 1;
      const [x, y] = [event.deltaX * unit, event.deltaY * unit];
      if (event.shiftKey || Math.abs(x) > Math.abs(y)) {
        listener.move((event.shiftKey && x === 0 ? y : x) / span().width);
        event.preventDefault();
        return;
      }
      const factor = Math.exp(-y * (event.ctrlKey ? pinchZoom : wheelZoom));
      // With all bars in sight, the wheel turns the page.
      if (listener.zoom(factor, shareAt(event.clientX)) || event.ctrlKey) event.preventDefault();
    },
    { passive: false },
  );

  const pointers = new Map<number, number>();
  place.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !isOverPlot(event.clientX)) return;
    pointers.set(event.pointerId, event.clientX);
    place.setPointerCapture(event.pointerId);
    place.classList.add('dragging');
  });
  place.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      const isInside = isOverPlot(event.clientX);
      listener.point(isInside ? { share: shareAt(event.clientX), clientY: event.clientY } : null);
      return;
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, event.clientX);
    if (other === undefined) listener.move((before - event.clientX) / span().width);
    else {
      const distance = Math.max(1, Math.abs(event.clientX - other));
      listener.zoom(distance / Math.max(1, Math.abs(before - other)), shareAt((event.clientX + other) / 2));
    }
  });
  const release = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) place.classList.remove('dragging');
  };
  place.addEventListener('pointerup', release);
  place.addEventListener('pointercancel', release);
  place.addEventListener('pointerleave', () => listener.point(null));
  place.addEventListener('dblclick', (event) => {
    if (isOverPlot(event.clientX)) listener.showAll();
  });
}
