import { type Leaf, stack } from './layer.ts';
import { budgeted } from './layers/budgeted.ts';
import { checked } from './layers/checked.ts';
import { circuit } from './layers/circuit.ts';
import { confined } from './layers/confined.ts';
import { egress } from './layers/egress.ts';
import { intended } from './layers/intended.ts';
import { located } from './layers/located.ts';
import { masked } from './layers/masked.ts';
import { owned } from './layers/owned.ts';
import { recorded } from './layers/recorded.ts';
import { replayed } from './layers/replayed.ts';
import { restored } from './layers/restored.ts';
import { retried } from './layers/retried.ts';
import { stripped } from './layers/stripped.ts';
import { traced } from './layers/traced.ts';
import { transport } from './transport.ts';

/**
 * The one door to a model: every call passes these layers in the order in which they are written,
 * streamed or whole.
 */
export const door: Leaf = stack(
  [
    traced, //    the span: how long it took, how it ended
    located, //   where the model really runs, if its server alone can say
    egress, //    whether it may leave: mode, label, guard
    replayed, //  a finished call is answered from the journal
    budgeted, //  the deadline; money and tokens are set aside
    recorded, //  usage, cost and warnings are booked, then the journal has it
    circuit, //   a model that keeps failing is left alone
    stripped, //  nothing of ours goes along, and no option that the model does not honour
    checked, //   text of documents that stay here is in no part of it
    masked, //    personal data stays here when the call crosses to a cloud
    intended, //  the egress event is on record before a byte leaves; a dry run ends here
    retried, //   a transient failure is tried again, until content is shown
    owned, //     the run is still this process's own, so that nothing is paid twice
    confined, //  what was admitted as a call on this device goes nowhere else
    restored, //  masked values are put back into the answer
  ],
  transport,
);
