import { InvalidArgumentError } from 'commander';

export function asRegion(text: string): string {
  if (/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an AWS region, such as eu-central-1.');
}

export function asS3Folder(text: string): string {
  if (/^s3:\/\/[^/]+(\/|$)/.test(text)) return text;
  throw new InvalidArgumentError('It must be a folder on S3, such as s3://acme-scratch/assessment/.');
}

export function asUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new InvalidArgumentError('It must be an http or https URL, such as http://127.0.0.1:5000.');
}
