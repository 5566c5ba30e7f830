import { runResource } from '@menshen/shared/http/resource-service'
import { runMain } from '@menshen/shared/run-main'
import { loadUserApiConfig } from './config.ts'
import { startUserApi } from './start.ts'

await runMain(() => runResource('user-api', loadUserApiConfig(process.env), startUserApi))
