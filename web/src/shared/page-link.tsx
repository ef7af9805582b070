import { type ComponentProps, type ComponentType, createContext, use } from 'react';

export interface PageLinkProps extends ComponentProps<'a'> {
  readonly href: string;
}

/** How pages are reached here: by loading them, unless a router gives its own links to all that is below. */
export const LinkContext = createContext<ComponentType<PageLinkProps>>((props) => <a {...props} />);

/** A link to another page, whether a router is there or not. */
export function PageLink(props: PageLinkProps) {
  const Link = use(LinkContext);
  return <Link {...props} />;
}
