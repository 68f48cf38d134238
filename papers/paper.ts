/**
 * A document for people, as data: `renderPdf` and `renderMarkdown` write it. All texts are plain; the renderers make them
 * safe, whatever a catalog calls its tables.
 */
export interface Paper {
  readonly title: string;
  /** Its subject, below the title. */
  readonly subtitle: string;
  /** Small facts beside the title, such as who and when. */
  readonly about: readonly Fact[];
  /** ISO 8601, UTC: the date of the document, so that equal papers give equal bytes. */
  readonly date: string;
  readonly blocks: readonly Block[];
}

export interface Fact {
  readonly label: string;
  readonly value: Text;
}

/** Plain text, or pieces of it; `code` is for names, hashes and commands. */
export type Text = string | readonly (string | { readonly code: string })[];

/** `good` and `bad` are also said in words: nothing depends on a colour. */
export type Tone = 'plain' | 'good' | 'caution' | 'bad';

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  /** Of a table or of bars, within what a heading begins. */
  | { readonly kind: 'subheading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  | { readonly kind: 'callout'; readonly tone: Tone; readonly title: string; readonly text: Text }
  | { readonly kind: 'tiles'; readonly tiles: readonly { readonly value: string; readonly label: string }[] }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | TableBlock
  | BarsBlock
  /** Lines to be filled in by hand. */
  | { readonly kind: 'signatures'; readonly lines: readonly string[] };

export interface TableBlock {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Text[])[];
  /** Below the table, such as what it leaves out. */
  readonly note?: Text;
}

export interface Column {
  readonly title: string;
  /** Share of the width; `auto` fits the content, which must be short. */
  readonly width: number | 'auto';
  /** @default left */
  readonly align?: 'right';
}

/** Horizontal bars. */
export interface BarsBlock {
  readonly kind: 'bars';
  readonly bars: readonly {
    readonly label: string;
    /** Its length; 0 or more. */
    readonly value: number;
    readonly shown: string;
    readonly tone?: Tone;
  }[];
}
