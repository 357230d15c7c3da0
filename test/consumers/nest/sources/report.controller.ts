import { Controller, type MessageEvent, type OnModuleDestroy, Param, ParseIntPipe, Sse } from '@nestjs/common';
import { WorkerPool } from 'offspring-rx/pool';
import { map, type Observable } from 'rxjs';
import { Report } from './report.js';

@Controller('reports')
export class ReportController implements OnModuleDestroy {
  private readonly pool = new WorkerPool(Report, { workers: 2 });

  @Sse(':pages')
  report(@Param('pages', ParseIntPipe) pages: number): Observable<MessageEvent> {
    return this.pool.map([pages]).pipe(map(data => ({ data })));
  }

  onModuleDestroy(): Promise<void> {
    return this.pool.shutdown();
  }
}
