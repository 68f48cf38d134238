import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PrerequisiteError } from '../machines/errors.js';
import { sent } from './sent.js';

const keptMs = 300_000;

/** Reads secrets, and keeps each for five minutes: a changed one is used soon, and calls are few. */
export class Secrets {
  readonly #known = new Map<string, { readonly value: string; readonly until: number }>();

  constructor(
    private readonly client: SecretsManagerClient,
    private readonly now: () => Date,
  ) {}

  /** Throws a PrerequisiteError for a secret without a value. */
  async read(arn: string): Promise<string> {
    const known = this.#known.get(arn);
    const now = this.now().getTime();
    if (known !== undefined && known.until > now) return known.value;
    const value = await this.ask(arn);
    this.#known.set(arn, { value, until: now + keptMs });
    return value;
  }

  private async ask(arn: string): Promise<string> {
    try {
      const command = new GetSecretValueCommand({ SecretId: arn });
      const { SecretString = '' } = await sent('Reading a secret', this.client.send(command));
      if (SecretString.trim() !== '') return SecretString.trim();
    } catch (error) {
      // The stack makes secrets without a value.
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    }
    throw new PrerequisiteError(
      `The secret ${arn} has no value. Put one: aws secretsmanager put-secret-value --secret-id ${arn} --secret-string …`,
    );
  }
}
