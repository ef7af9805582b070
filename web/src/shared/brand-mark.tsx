import type { PageConfig } from './page-config.ts';

/** The shop's logo or, where it has none, the mark of the platform; and its name. */
export function BrandMark({ name, logo_url }: PageConfig['brand']) {
  if (logo_url) return <img src={logo_url} alt={name} className="h-8 w-auto" />;
  return (
    <span className="flex items-center gap-2.5 text-[1.0625rem] font-semibold tracking-tight">
      <svg aria-hidden="true" viewBox="0 0 32 32" className="size-7 shrink-0">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path
          d="M6 12.5c3.3 0 3.3 3 6.7 3s3.3-3 6.6-3 3.4 3 6.7 3M6 19.5c3.3 0 3.3 3 6.7 3s3.3-3 6.6-3 3.4 3 6.7 3"
          className="fill-none stroke-accent-ink"
          strokeWidth="2.6"
          strokeLinecap="round"
        />
      </svg>
      <span className="line-clamp-2 leading-tight">{name}</span>
    </span>
  );
}
