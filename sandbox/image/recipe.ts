import type { TarEntry } from './tar.ts';

/** What an image is known by, and the files that its Dockerfile copies. */
export interface ImageContent {
  /** SHA-256 in hex: an image of another one does not fit. */
  readonly hash: string;
  readonly files: readonly TarEntry[];
}

export interface ImageArchive {
  readonly stream: NodeJS.ReadableStream;
  /** Removes what the stream was made from. Never rejects. */
  dispose(): Promise<void>;
}

/** How one kind of image is made. */
export interface ImageRecipe {
  /** What it is called in sentences. */
  readonly name: string;
  readonly repository: string;
  /** Label of its images; the value is the hash of their content. */
  readonly label: string;
  readonly dockerfile: string;
  /** The image that the Dockerfile starts from. */
  readonly baseImage: string;
  /** Whether the build loads something itself. */
  readonly buildsWithNetwork: boolean;
  /** What to do where no way works. */
  readonly advice: string;
  /** Instructions of a Dockerfile for an image that is imported. */
  readonly changes: readonly string[];
  content(): Promise<ImageContent>;
  /** All files of an image that is imported. */
  archive(content: ImageContent, signal: AbortSignal): Promise<ImageArchive>;
}
