interface LiveLineProps {
  readonly isConnected: boolean;
  readonly isPaused: boolean;
  readonly onPause: (isPaused: boolean) => void;
}

/** Whether the view follows the store, and a button that lets it rest. */
export function LiveLine({ isConnected, isPaused, onPause }: LiveLineProps) {
  return (
    <p class="live">
      <span class={isConnected && !isPaused ? 'dot on' : 'dot'} aria-hidden="true" />
      <span role="status">{isPaused ? 'Paused' : isConnected ? 'Live' : 'Connecting…'}</span>
      <button
        type="button"
        class="plain"
        onClick={() => {
          onPause(!isPaused);
        }}
      >
        {isPaused ? 'Continue updates' : 'Pause updates'}
      </button>
    </p>
  );
}
