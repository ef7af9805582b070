interface SelectBoxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: () => void;
}

/** Chooses an entry of a list; above the row's own link. */
export function SelectBox({ label, checked, onChange }: SelectBoxProps) {
  return (
    <label className="relative z-10 -m-3 grid size-11 shrink-0 place-items-center">
      <span className="sr-only">{label}</span>
      <input type="checkbox" checked={checked} onChange={onChange} className="size-4.5 accent-accent" />
    </label>
  );
}
