import { Gauge, type Registry } from 'prom-client';

/**
 * A gauge without labels that is read when it is asked for. Where `read` answers null there is no value, which
 * is another thing than 0.
 */
export function readGauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => number | null | Promise<number | null>,
): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      const value = await read();
      if (value === null) this.remove();
      else this.set(value);
    },
  });
}
