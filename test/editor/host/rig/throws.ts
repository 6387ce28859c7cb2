throw new Error('these tests do not load');
