import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Subprocess } from 'offspring-rx';
import { mustEqual, record } from './record.js';

class Square extends Subprocess<[side: number]> {
  side = 0;

  override init(side: number): void {
    this.side = side;
  }

  override run(): number {
    return this.side ** 2;
  }
}

@Controller()
class SquareController {
  @Get()
  async square(): Promise<number> {
    return await new Square(7).result();
  }
}

@Module({ controllers: [SquareController] })
class SquareModule {}

/** As in most Nest projects: nothing is guarded, and the port is a certain one. */
async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(SquareModule, { logger: ['error', 'warn'] });
  await app.listen(Number(process.env['CONSUMER_PORT']), '127.0.0.1');
  await record('same file', async () => mustEqual(await (await fetch(await app.getUrl())).json(), 49)).catch(() => {});
  await app.close();
}

void bootstrap();
