import '../shared/checks.ts';
import * as z from 'zod';
import {
  type DashboardFromPanel,
  dashboardSubjectSchema,
  dashboardToPanelSchema,
} from '../../extension/contracts/dashboard.ts';
import { speak } from '../shared/texts.ts';
import { PanelConnection } from '../shared/vscodeApi.ts';
import { DashboardPage } from './dashboardPage.ts';
import { dashboardTexts } from './texts.ts';

const connection = new PanelConnection<
  z.infer<typeof dashboardToPanelSchema>,
  DashboardFromPanel,
  z.infer<typeof dashboardSubjectSchema>,
  undefined
>({ incoming: dashboardToPanelSchema, subject: dashboardSubjectSchema, view: z.undefined() });

const place = document.getElementById('main');
if (place !== null) {
  const page = new DashboardPage({
    place,
    say: speak(dashboardTexts, connection.texts),
    post: (message) => connection.post(message),
  });
  connection.listen((message) => page.receive(message));
}
