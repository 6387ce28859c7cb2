import '../shared/checks.ts';
import {
  type BacktestFromPanel,
  backtestSubjectSchema,
  backtestToPanelSchema,
  backtestViewSchema,
} from '../../extension/contracts/backtestPanel.ts';
import { speak } from '../shared/texts.ts';
import { tendTips } from '../shared/tips.ts';
import { PanelConnection } from '../shared/vscodeApi.ts';
import { BacktestPage } from './page.ts';
import { backtestTexts } from './texts.ts';

const connection = new PanelConnection({
  incoming: backtestToPanelSchema,
  subject: backtestSubjectSchema,
  view: backtestViewSchema,
});
const page = new BacktestPage(document.getElementById('main') ?? document.body, {
  say: speak(backtestTexts, connection.texts),
  view: connection.restoredView,
  post: (message: BacktestFromPanel) => connection.post(message),
  keepView: (view) => connection.keepView(view),
});
tendTips();
connection.listen((message) => page.receive(message));
