// Spans of OpenTelemetry, through its API. Off unless src/telemetry.ts was loaded before the service; then `tracing.on` is all that is
// read of this module.
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api';

export { SpanKind, type Span } from '@opentelemetry/api';

/** Whether spans are made, and what ends that. */
export const tracing: { on: boolean; close: () => Promise<void> } = { on: false, close: () => Promise.resolve() };

const tracer = trace.getTracer('image-builder');

/** Where work happens: the span that is active there is the parent of its spans. */
export type TracePlace = Context;

export function currentPlace(): TracePlace {
  return context.active();
}

const linksTo = (places: readonly (TracePlace | null)[]): Link[] =>
  places.flatMap((place) => {
    const found = place === null ? undefined : trace.getSpanContext(place);
    return found === undefined ? [] : [{ context: found }];
  });

/** The text of an error may have values of a request, so a span gets its type alone. */
export function markFailed(span: Span, type: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', type);
}

export interface PlacedSpan extends SpanOptions {
  /** The parent, where it is not the active span. */
  readonly parent?: TracePlace | null;
  /** Other causes of the work. */
  readonly causes?: readonly (TracePlace | null)[];
}

const failureOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/** Starts a span below which nothing happens: it is never active, which costs half of an active span. */
export function startLeaf(name: string, attributes: Attributes = {}): Span {
  return tracer.startSpan(name, { attributes }, context.active());
}

/** Ends a span, unless it has ended. */
export function endSpan(span: Span, error?: unknown): void {
  if (!span.isRecording()) return;
  if (error !== undefined) markFailed(span, failureOf(error));
  span.end();
}

const endAfter = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    markFailed(span, failureOf(error));
    throw error;
  } finally {
    span.end();
  }
};

/** Times work by a span below which nothing happens. */
export function inLeaf<T>(name: string, work: () => Promise<T>): Promise<T> {
  return endAfter(startLeaf(name), work);
}

/** Runs work in a span of its own. */
export function inSpan<T>(
  name: string,
  { parent = null, causes = [], ...options }: PlacedSpan,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const place = parent ?? context.active();
  return tracer.startActiveSpan(name, { ...options, links: linksTo(causes) }, place, (span) =>
    endAfter(span, () => work(span)),
  );
}

/** Starts the span of a request, below the span that its headers name. */
export function startServerSpan(
  name: string,
  headers: Readonly<Record<string, unknown>>,
  options: SpanOptions,
): { readonly span: Span; readonly place: TracePlace } {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer.startSpan(name, options, parent);
  return { span, place: trace.setSpan(parent, span) };
}

/** Headers by which another service, or process, continues the trace of a place. */
export function traceHeaders(place: TracePlace = currentPlace()): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(place, headers);
  return headers;
}

/** The place that such headers name. */
export function placeOf(headers: Readonly<Record<string, unknown>>): TracePlace {
  return propagation.extract(ROOT_CONTEXT, headers);
}

/** Runs synchronous work, and what it starts, in a place. */
export function runIn<T>(place: TracePlace, work: () => T): T {
  return context.with(place, work);
}
