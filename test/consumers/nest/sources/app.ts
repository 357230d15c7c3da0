import 'reflect-metadata';
import { Controller, Get, type MessageEvent, Module, type OnModuleDestroy, Param, Sse } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { fromSubprocess, Subprocess } from 'offspring-rx';
import { interval, map, type Observable } from 'rxjs';
import { CASES } from './cases.js';
import { record } from './record.js';
import { ReportController } from './report.controller.js';
import { Ticker } from './ticker.js';

@Controller()
class AppController {
  /** A task for each client, which ends with its client. */
  @Sse('owned')
  owned(): Observable<MessageEvent> {
    return fromSubprocess(() => new Ticker(50)).pipe(map(data => ({ data: { said: data } })));
  }

  /** As in Nest's documentation, without a task. */
  @Sse('plain')
  plain(): Observable<MessageEvent> {
    return interval(50).pipe(map(data => ({ data: { said: data } })));
  }

  @Get('cases/:name')
  async case(@Param('name') name: string): Promise<string> {
    await record(name, CASES[name] as () => Promise<void>);
    return name;
  }
}

@Module({ controllers: [AppController, ReportController] })
class AppModule implements OnModuleDestroy {
  /** With shutdown hooks, signals are Nest's, and so the tasks are the program's to end. */
  async onModuleDestroy(): Promise<void> {
    await Subprocess.shutdownAll();
  }
}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log(`listening ${await app.getUrl()} `);
}

void bootstrap();
