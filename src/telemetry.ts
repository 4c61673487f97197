// Loaded by `node --import` before the service: sends traces by OTLP, as OpenTelemetry's own variables (OTEL_*) configure it.
import { isMainThread } from 'node:worker_threads';
import { waitAtMost } from './lib/timeout.ts';
import { tracing } from './lib/tracing.ts';

/** Milliseconds in which the last spans are sent when the process stops. */
const CLOSE_BOUND = 2_000;

const { BUILD_COMMIT, OTEL_SDK_DISABLED } = process.env;

// Threads that hash passwords load this module as well where NODE_OPTIONS names it, and make no spans.
if (isMainThread && OTEL_SDK_DISABLED?.toLowerCase() !== 'true') {
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES replace these.
    resource: resourceFromAttributes({
      'service.name': 'image-builder',
      ...(BUILD_COMMIT ? { 'service.version': BUILD_COMMIT } : {}),
    }),
    // Metrics are read by Prometheus, and log lines have sinks of their own.
    ...{ metricReaders: [], logRecordProcessors: [] },
  });
  sdk.start();
  tracing.on = true;
  tracing.close = () => waitAtMost(CLOSE_BOUND, sdk.shutdown()).catch(() => {});
}
