import '../shared/checks.ts';
import type * as z from 'zod';
import {
  type SagaFromPanel,
  sagaSubjectSchema,
  sagaToPanelSchema,
} from '../../extension/contracts/sagaPanel.ts';
import { speak } from '../shared/texts.ts';
import { PanelConnection } from '../shared/vscodeApi.ts';
import { freshView, panelViewSchema } from './panelView.ts';
import { SagaPage } from './sagaPage.ts';
import { sagaTexts } from './texts.ts';

const connection = new PanelConnection<
  z.infer<typeof sagaToPanelSchema>,
  SagaFromPanel,
  z.infer<typeof sagaSubjectSchema>,
  z.infer<typeof panelViewSchema>
>({ incoming: sagaToPanelSchema, subject: sagaSubjectSchema, view: panelViewSchema });

const place = document.getElementById('main');
if (place !== null) {
  const page = new SagaPage({
    place,
    say: speak(sagaTexts, connection.texts),
    view: connection.restoredView ?? freshView,
    post: (message) => connection.post(message),
    keepView: (view) => connection.keepView(view),
  });
  connection.listen((message) => page.receive(message));
}
