interface AlertmanagerConfiguration {
  readonly global: object;
  readonly route: object;
  readonly inhibit_rules: readonly object[];
  readonly receivers: readonly { readonly name: string }[];
}

/** As alertmanager.yaml routes and silences, but all of it is mailed to the SMTP catcher of compose: no secret is needed. */
export function composeConfiguration({ route, inhibit_rules, receivers }: AlertmanagerConfiguration): object {
  return {
    global: {
      resolve_timeout: '2m',
      smtp_smarthost: 'mail:1025',
      smtp_from: 'alerts@shop.example',
      smtp_require_tls: false,
    },
    route,
    inhibit_rules,
    receivers: receivers.map(({ name }) => (name === 'heartbeat' ? { name } : mailedTo(name))),
  };
}

function mailedTo(name: string): object {
  return { name, email_configs: [{ to: `${name}@shop.example`, send_resolved: true }] };
}
