import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import { Problem, WhyField } from '../parts.tsx';
import { addressOf } from '../route.ts';

type Rating = 'up' | 'down';

/**
 * Asks whether an answer was right. One rating is half a pair: what the other side would have said
 * is asked under Label, for a calibration needs both.
 */
export function Rate({ run, prompt }: { readonly run: string; readonly prompt?: string }) {
  const [comment, setComment] = useState('');
  const [rated, setRated] = useState<Rating | undefined>(undefined);
  const [error, setError] = useState<Error | undefined>(undefined);
  const rate = async (rating: Rating) => {
    setError(undefined);
    try {
      const more = { ...(comment !== '' && { comment }), ...(prompt !== undefined && { prompt }) };
      await post('/v1/feedback', { run_id: run, rating, ...more });
      setRated(rating);
    } catch (failure) {
      setError(failure as Error);
    }
  };
  return (
    <section>
      <h2>Was it right?</h2>
      <p class="tools">
        <button type="button" aria-pressed={rated === 'up'} onClick={() => void rate('up')}>
          ✓ Right
        </button>
        <button type="button" aria-pressed={rated === 'down'} onClick={() => void rate('down')}>
          ✗ Wrong
        </button>
        <WhyField value={comment} onChange={setComment} />
        <span role="status">{rated && 'Kept.'}</span>
      </p>
      {error && <Problem error={error} />}
      <p class="quiet">
        A rating is half a pair. Pairs are rated under <a href={addressOf('label')}>Label</a>;{' '}
        <code>tandem label --from-journal --by feedback</code> makes a log of such as this.
      </p>
    </section>
  );
}
