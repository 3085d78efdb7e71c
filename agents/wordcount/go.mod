module nasiko/agents/wordcount

go 1.24
